import { DockerImageAsset, Platform } from 'aws-cdk-lib/aws-ecr-assets';
import type { IRepository } from 'aws-cdk-lib/aws-ecr';
import { Construct } from 'constructs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { synthesisFolder } from './synthesis-folder.ts';

const REPOSITORY = join(import.meta.dirname, '..');

export type AssembledContext = { readonly folder: string } | { readonly problem: string };

/**
 * Assembles the build context of the container by the container's own program, and tells where it is.
 * @param encoder name of the sentence encoder that the image brings along
 */
export const assembleModelImage = (encoder: string): AssembledContext => {
  const program = join('container', 'build.ts');
  const folder = synthesisFolder('model-image');
  const done = spawnSync(process.execPath, [program, folder, encoder], { cwd: REPOSITORY, encoding: 'utf8' });
  if (done.status === 0) return { folder };
  const cause = done.error?.message ?? done.stderr.trim();
  return { problem: `the model image's build context could not be assembled by \`node ${program} FOLDER ${encoder}\`: ${cause}` };
};

export interface ModelImageProps {
  /** Folder with the Dockerfile and what it copies. */
  readonly buildContext: string;
}

/** The one image that trains and serves. */
export class ModelImage extends Construct {
  readonly uri: string;
  readonly repository: IRepository;

  constructor(scope: Construct, id: string, props: ModelImageProps) {
    super(scope, id);
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
