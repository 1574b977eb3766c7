import { constants, copyFileSync, linkSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { readEncoderManifest } from '../model/encoder/encoder-files.ts';
import { EncoderError } from '../model/encoder/encoder-error.ts';
import { DEFAULT_ENCODER, encoderFolderOf } from '../model/encoder/installed-encoders.ts';
import { ENCODER_SPEED, readSpeed } from '../model/encoder/speed.ts';
import { ENCODER_FOLDER } from './environment.ts';

const containerFolder = import.meta.dirname;

const RUNTIME = 'onnxruntime-node';
const RUNTIME_INTERFACE = 'onnxruntime-common';
/** SageMaker runs the image on amd64, and the models run on the CPU. */
const RUNTIME_NATIVE = join('bin', 'napi-v6', 'linux', 'x64');

/**
 * Assembles the build context of the model image: the program as one file, and another for its second thread, the ONNX runtime as far as linux/amd64 needs it, the
 * encoder's folder, and the Dockerfile. The same source gives the same bytes, so an unchanged container is not deployed again.
 * @param outputFolder is made where it is missing
 * @param encoder name of an installed one; the image trains with it and serves what was trained with it
 * @returns which encoder it is; the program prints that as one line of JSON
 * @throws EncoderError where it is not installed
 */
export const assembleBuildContext = (
  outputFolder: string,
  encoder: string = DEFAULT_ENCODER,
  encoders?: string,
): { readonly encoder: ImageEncoder } => {
  const encoderFolder = encoderFolderOf(encoder, encoders);
  mkdirSync(outputFolder, { recursive: true });
  bundleProgram('container/main.ts', join(outputFolder, 'main.mjs'));
  bundleProgram('model/threads/thread-program.ts', join(outputFolder, 'thread-program.mjs'));
  placeRuntime(join(outputFolder, 'node_modules'));
  placeFiles(encoderFolder, join(outputFolder, ENCODER_FOLDER), (name) => name !== ENCODER_SPEED);
  copyFileSync(join(containerFolder, 'Dockerfile'), join(outputFolder, 'Dockerfile'));
  const { hash } = readEncoderManifest(encoderFolder);
  return { encoder: { name: encoder, hash, msPerTicket: readSpeed(encoder, encoderFolder) } };
};

/** What the synthesis has to know of the encoder in the image. */
export interface ImageEncoder {
  readonly name: string;
  readonly hash: string;
  readonly msPerTicket: number | undefined;
}

/** Bundles a program for the image, without the ONNX runtime, which lies beside it. */
export const bundleProgram = (entryPoint: string, file: string): void => {
  buildSync({
    absWorkingDir: dirname(containerFolder), // comments in the bundle name files relative to it
    entryPoints: [entryPoint],
    outfile: resolve(file),
    bundle: true,
    external: [RUNTIME],
    format: 'esm',
    platform: 'node',
    target: 'node24',
    legalComments: 'none',
    logLevel: 'warning',
  });
};

const placeRuntime = (modules: string): void => {
  const program = (name: string): boolean => name.endsWith('.js');
  const description = (name: string): boolean => name === 'package.json';
  const runtime = packageFolder(RUNTIME, containerFolder);
  placeFiles(runtime, join(modules, RUNTIME), description);
  placeFiles(join(runtime, 'dist'), join(modules, RUNTIME, 'dist'), program);
  placeFiles(join(runtime, RUNTIME_NATIVE), join(modules, RUNTIME, RUNTIME_NATIVE), () => true);
  const common = packageFolder(RUNTIME_INTERFACE, runtime);
  const commonJs = join('dist', 'cjs');
  placeFiles(common, join(modules, RUNTIME_INTERFACE), description);
  placeFiles(join(common, commonJs), join(modules, RUNTIME_INTERFACE, commonJs), (name) => program(name) || description(name));
};

/** Where npm has installed a package, as seen from a folder. */
const packageFolder = (name: string, from: string): string => {
  const paths = createRequire(join(from, 'index.js')).resolve.paths(name) ?? [];
  for (const path of paths) {
    const folder = join(path, name);
    try {
      readFileSync(join(folder, 'package.json'));
      return folder;
    } catch {
      continue;
    }
  }
  throw new Error(`The package ${name} is not installed; run npm install.`);
};

/** Puts the chosen files of a folder, not of the folders below, into another. */
const placeFiles = (from: string, to: string, chosen: (name: string) => boolean): void => {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true }))
    if (entry.isFile() && chosen(entry.name)) placeFile(join(from, entry.name), join(to, entry.name));
};

/** As a second name of the same file where the disk allows it: 75 MB are not copied for every synthesis. */
const placeFile = (from: string, to: string): void => {
  rmSync(to, { force: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  }
};

if (import.meta.main) {
  const [outputFolder, encoder] = process.argv.slice(2);
  if (outputFolder === undefined) {
    console.error('Say where to, and with which encoder: node container/build.ts FOLDER [ENCODER]');
    process.exitCode = 1;
  } else
    try {
      console.log(JSON.stringify(assembleBuildContext(outputFolder, encoder)));
    } catch (error) {
      if (!(error instanceof EncoderError)) throw error;
      console.error(error.message);
      process.exitCode = 1;
    }
}
