import { fileOf } from '../artifact.ts';
import type { Artifact } from '../artifact.ts';
import { float32Bytes, float32Of, uint32Bytes, uint32Of } from '../bytes.ts';
import type { EncoderManifest } from '../encoder/manifest.ts';
import { ArtifactError } from '../errors.ts';
import type { ArtifactFiles } from '../stages.ts';
import { statesWidth } from './standardized-states.ts';
import { positionsOf } from './term-directions.ts';
import { openTicketSpace, slicesOf } from './ticket-space.ts';
import type { TicketSpace } from './ticket-space.ts';

const part = (at: number): string => `space-${at}`;
const TERMS = 'space-terms';
const STATES = 'states';
const SUBJECTS = 'subjects';

export const spaceFiles = ({ whitenings, terms, states, subjects }: TicketSpace): ArtifactFiles =>
  new Map([
    ...whitenings.flatMap(({ centre, basis }, at): readonly (readonly [string, Uint8Array])[] => [
      [`${part(at)}.centre.f32`, float32Bytes(centre)],
      [`${part(at)}.basis.f32`, float32Bytes(basis)],
    ]),
    [`${TERMS}.centre.f32`, float32Bytes(terms.centre)],
    [`${TERMS}.features.u32`, uint32Bytes(terms.terms)],
    [`${TERMS}.basis.f32`, float32Bytes(terms.basis)],
    [`${STATES}.centre.f32`, float32Bytes(states.centre)],
    [`${STATES}.scale.f32`, float32Bytes(states.scale)],
    ...(subjects === undefined
      ? []
      : [
          [`${SUBJECTS}.centre.f32`, float32Bytes(subjects.centre)] as const,
          [`${SUBJECTS}.f32`, float32Bytes(subjects.directions)] as const,
        ]),
  ]);

/**
 * @param width columns of the TF-IDF rows
 * @throws ArtifactError where files do not fit the encoder or one another
 */
export const openSpace = (artifact: Artifact, manifest: EncoderManifest, width: number): TicketSpace => {
  const floats = (name: string): Float32Array => float32Of(fileOf(artifact, name));
  const whitenings = slicesOf(manifest).map(({ size }, at) => {
    const centre = floats(`${part(at)}.centre.f32`);
    const basis = floats(`${part(at)}.basis.f32`);
    if (centre.length !== size || basis.length === 0 || basis.length % size !== 0) throw damaged(part(at));
    return { width: size, dimension: basis.length / size, centre, basis };
  });
  const centre = floats(`${TERMS}.centre.f32`);
  const features = uint32Of(fileOf(artifact, `${TERMS}.features.u32`));
  const basis = floats(`${TERMS}.basis.f32`);
  if (basis.length !== features.length * centre.length || features.some((feature) => feature >= width)) throw damaged(TERMS);
  const states = { centre: floats(`${STATES}.centre.f32`), scale: floats(`${STATES}.scale.f32`) };
  if (states.centre.length !== statesWidth(manifest) || states.scale.length !== states.centre.length) throw damaged(STATES);
  const directions = {
    width,
    dimension: centre.length,
    centre,
    terms: features,
    positions: positionsOf(features, width),
    basis,
  };
  const space = openTicketSpace(manifest, whitenings, directions, states);
  if (!artifact.files.has(`${SUBJECTS}.f32`)) return space;
  const subjects = { centre: floats(`${SUBJECTS}.centre.f32`), directions: floats(`${SUBJECTS}.f32`) };
  const { length } = subjects.directions;
  if (subjects.centre.length !== manifest.dimension || length === 0 || length % manifest.dimension !== 0) throw damaged(SUBJECTS);
  return { ...space, subjects };
};

const damaged = (name: string): ArtifactError =>
  new ArtifactError(`The files ${name}.* do not fit the encoder or one another; the model is damaged, train it again.`);
