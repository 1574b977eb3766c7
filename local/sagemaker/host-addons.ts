/**
 * Loaded before an image's program where this machine is not of the image's platform: a native addon that the image does not have
 * for this platform is taken from the same version of the same package in this machine's own installation.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const MODULES = `${sep}node_modules${sep}`;

/** The path of a package and of a file inside of it, after the last `node_modules`. */
interface Inside {
  readonly modules: string;
  readonly name: string;
  readonly file: string;
}

const insideOf = (path: string): Inside | undefined => {
  const at = path.lastIndexOf(MODULES);
  if (at < 0) return undefined;
  const [first = '', second = '', ...rest] = path.slice(at + MODULES.length).split(sep);
  const scoped = first.startsWith('@');
  return {
    modules: path.slice(0, at + MODULES.length),
    name: scoped ? join(first, second) : first,
    file: join(...(scoped ? rest : [second, ...rest])),
  };
};

const versionOf = (packageFolder: string): string | undefined => {
  const description: unknown = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return typeof description === 'object' && description !== null && 'version' in description
    ? String(description.version)
    : undefined;
};

/** The same file in an installation above this program's folder. */
const hostAddon = ({ modules, name, file }: Inside): string | undefined => {
  for (let folder = import.meta.dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const installed = join(folder, 'node_modules', name);
    const addon = join(installed, file);
    if (existsSync(addon) && versionOf(installed) === versionOf(join(modules, name))) return addon;
  }
  return undefined;
};

registerHooks({
  resolve: (specifier, context, nextResolve) => {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (!specifier.endsWith('.node') || !context.parentURL?.startsWith('file:')) throw error;
      const missing = fileURLToPath(new URL(specifier, context.parentURL));
      const inside = insideOf(missing);
      const addon = inside && hostAddon(inside);
      if (addon === undefined) throw error;
      return { url: pathToFileURL(addon).href, shortCircuit: true };
    }
  },
});
