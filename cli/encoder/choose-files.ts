import { dirname } from 'node:path/posix';
import { FACT_FILES } from '../../model/encoder/source-facts.ts';
import { listed } from '../table/note.ts';
import { UserError } from '../user-error.ts';

const GRAPH = '.onnx';
const TOKENIZER = 'tokenizer.json';
/** Where exporters put the graph in full precision. */
const USUAL_GRAPHS = ['onnx/model.onnx', 'model.onnx'];

/** Files of a source that an encoder could be made from. */
export const isUsefulFile = (name: string): boolean =>
  name.endsWith(GRAPH) ||
  name.endsWith(TOKENIZER) ||
  name.endsWith('manifest.json') ||
  FACT_FILES.some((file) => endsWith(name, file));

/** Whether a path is a file's, or ends with it. */
export const endsWith = (name: string, file: string): boolean => name === file || name.endsWith(`/${file}`);

/**
 * @param names of all files of the source, by forward slashes
 * @param asked the end of the graph's path, where a person says so
 * @throws UserError where there is none, or it is not clear which
 */
export const chooseGraph = (names: readonly string[], asked: string | undefined, source: string): string => {
  const graphs = names.filter((name) => name.endsWith(GRAPH));
  if (asked !== undefined) {
    const fitting = graphs.filter((name) => endsWith(name, asked));
    if (fitting.length === 1) return fitting[0]!;
    throw new UserError(
      fitting.length === 0
        ? `${source} holds no graph ${asked}; it holds ${listed(graphs) || 'none'}.`
        : `${source} holds several graphs ${asked}: ${listed(fitting)}. Say more of the path.`,
    );
  }
  const chosen = graphs.length === 1 ? graphs[0] : USUAL_GRAPHS.find((name) => graphs.includes(name));
  if (chosen !== undefined) return chosen;
  if (graphs.length > 0)
    throw new UserError(`${source} holds ${graphs.length} graphs (${listed(graphs, 8)}); say which with --graph.`);
  throw new UserError(`${source} holds no graph (a file ending with ${GRAPH}). ${hintOf(names)}`);
};

const hintOf = (names: readonly string[]): string => {
  const weights = names.find((name) => /\.(?:safetensors|bin|pt|h5)$/u.test(name));
  const inner = names.find((name) => /\.(?:zip|tar\.gz|tgz)$/u.test(name));
  if (weights !== undefined) return `${weights} has weights without a graph: export the model to ONNX, or find it exported.`;
  if (inner !== undefined) return `${inner} is an archive in it: unpack that, and give the folder.`;
  return 'Give a folder or an archive with an exported sentence encoder.';
};

/**
 * The tokenizer that belongs to a graph: in the same folder, or above it, or named alike.
 * @returns undefined where there is none
 * @throws UserError where it is not clear which
 */
export const chooseTokenizer = (
  names: readonly string[],
  graph: string,
  asked: string | undefined,
  source: string,
): string | undefined => {
  const tokenizers = names.filter((name) => (asked === undefined ? name.endsWith(TOKENIZER) : endsWith(name, asked)));
  if (tokenizers.length <= 1) return tokenizers[0];
  for (let folder = dirname(graph); ; folder = dirname(folder)) {
    const beside = tokenizers.filter((name) => dirname(name) === folder);
    const stem = graph.slice(graph.lastIndexOf('/') + 1, -GRAPH.length);
    const alike = beside.length > 1 ? beside.filter((name) => name.includes(stem)) : beside;
    if (alike.length === 1) return alike[0];
    if (folder === '.' || beside.length > 0) break;
  }
  throw new UserError(`${source} holds ${tokenizers.length} tokenizers (${listed(tokenizers, 8)}); say which with --tokenizer.`);
};
