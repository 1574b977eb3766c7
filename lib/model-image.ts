import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { synthesisFolder } from './synthesis-folder.ts';

const REPOSITORY = join(import.meta.dirname, '..');

/** The sentence encoder that an image brings along. */
export interface ImageEncoder {
  readonly name: string;
  /** SHA-256 of its manifest. */
  readonly hash: string;
  /** On one thread, where somebody has measured it. */
  readonly msPerTicket?: number;
}

/** Where trainings keep what they have encoded: an exchanged encoder begins with an empty folder. */
export const checkpointPrefix = ({ hash }: ImageEncoder): string => `checkpoints/${hash.slice(0, 16)}/`;

export type AssembledContext = ({ readonly folder: string } & { readonly encoder: ImageEncoder }) | { readonly problem: string };

/**
 * Assembles the build context of the container by the container's own program, and tells where it is.
 * @param encoder name of the sentence encoder that the image brings along
 */
export const assembleModelImage = (encoder: string): AssembledContext => {
  const program = join('container', 'build.ts');
  const folder = synthesisFolder('model-image');
  const done = spawnSync(process.execPath, [program, folder, encoder], { cwd: REPOSITORY, encoding: 'utf8' });
  // The program says in one line what it has put there.
  if (done.status === 0) return { folder, encoder: (JSON.parse(done.stdout) as { readonly encoder: ImageEncoder }).encoder };
  const cause = done.error?.message ?? done.stderr.trim();
  return { problem: `the model image's build context could not be assembled by \`node ${program} FOLDER ${encoder}\`: ${cause}` };
};

export interface ModelImageProps {
  /** Folder with the Dockerfile and what it copies. */
  readonly buildContext: string;
  readonly encoder: ImageEncoder;
}

/** The one image that trains and serves. */
export class ModelImage extends Construct {
  readonly uri: string;
  readonly repository: IRepository;
  readonly encoder: ImageEncoder;

  constructor(scope: Construct, id: string, props: ModelImageProps) {
    super(scope, id);
    this.encoder = props.encoder;
    const asset = new DockerImageAsset(this, 'Asset', {
      directory: props.buildContext,
      // SageMaker's training instances have no Graviton, and serverless endpoints run amd64 only.
      platform: Platform.LINUX_AMD64,
      // SageMaker refuses OCI manifests; cdk-assets itself leaves out attestations, which would need one.
      outputs: ['type=docker'],
    });
    this.uri = asset.imageUri;
    this.repository = asset.repository;
  }
}
