/**
 * Sparse rows times a dense matrix of sixteen columns in WebAssembly with 128-bit vectors, written here instruction by instruction:
 * JavaScript has no vectors, and the ONNX runtime no sparse matrices. Products and sums are rounded one by one (no fused steps), so
 * every machine gives the same bits.
 */

declare global {
  /** What is used of it here; Node's types leave it out. */
  namespace WebAssembly {
    class Memory {
      /** @param descriptor pages of 64 KB */
      constructor(descriptor: { readonly initial: number });
      readonly buffer: ArrayBuffer;
    }
    /** Compiled. */
    interface Module {
      readonly [Symbol.toStringTag]: string;
    }
    const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module;
    class Instance {
      constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
      readonly exports: Readonly<Record<string, unknown>>;
    }
  }
}

/** Columns of dense matrix and product: four vectors of four float32. */
export const KERNEL_COLUMNS = 16;

/** All but `count` are addresses of 32-bit values in the memory. */
export type MultiplyRows = (
  count: number,
  offsets: number,
  indices: number,
  values: number,
  dense: number,
  product: number,
) => void;

/** @param memory holds all operands */
export const openSparseKernel = (memory: WebAssembly.Memory): MultiplyRows => {
  compiled ??= new WebAssembly.Module(writeModule());
  const { multiplyRows } = new WebAssembly.Instance(compiled, { outside: { memory } }).exports;
  return multiplyRows as MultiplyRows;
};

let compiled: WebAssembly.Module | undefined;

// Numbers of https://webassembly.github.io/spec/core/binary/instructions.html
const MAGIC_AND_VERSION = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const I32 = 0x7f;
const V128 = 0x7b;
const END = 0x0b;
const EMPTY = 0x40;
const ALIGNED_BY_4 = 2;
const ALIGNED_BY_16 = 4;
/** Bytes. */
const VALUE = 4;
const VECTOR = 16;

type Code = readonly number[];
const local = (index: number): Code => [0x20, index];
const set = (index: number, value: Code): Code => [...value, 0x21, index];
const constant = (value: number): Code => [0x41, ...signed(value)];
const plus = (left: Code, right: Code): Code => [...left, ...right, 0x6a];
const times = (left: Code, right: Code): Code => [...left, ...right, 0x6c];
const below = (left: Code, right: Code): Code => [...left, ...right, 0x49];
const load = (address: Code, offset = 0): Code => [...address, 0x28, ALIGNED_BY_4, offset];
const loadVector = (address: Code, offset: number): Code => [...address, 0xfd, 0x00, ALIGNED_BY_16, offset];
/** One float32 in all four places. */
const loadSpread = (address: Code): Code => [...address, 0xfd, 0x09, ALIGNED_BY_4, 0];
const storeVector = (address: Code, offset: number, value: Code): Code => [
  ...address,
  ...value,
  0xfd,
  0x0b,
  ALIGNED_BY_16,
  offset,
];
const zeros: Code = [0xfd, 0x0c, ...new Uint8Array(16)];
const timesVector = (left: Code, right: Code): Code => [...left, ...right, 0xfd, 0xe6, 0x01];
const plusVector = (left: Code, right: Code): Code => [...left, ...right, 0xfd, 0xe4, 0x01];
/** Once, and again as long as the condition holds. */
const repeat = (code: Code, condition: Code): Code => [0x03, EMPTY, ...code, ...condition, 0x0d, 0, END];
const when = (condition: Code, code: Code): Code => [...condition, 0x04, EMPTY, ...code, END];

const writeModule = (): Uint8Array<ArrayBuffer> => {
  const parameters = [0, 1, 2, 3, 4, 5];
  const [count, offsets, indices, values, dense, product] = parameters.map(local) as [Code, Code, Code, Code, Code, Code];
  const [row, entry, end, at, spread] = [6, 7, 8, 9, 10];
  const sums = [11, 12, 13, 14];
  const locals = [2, 4, I32, 5, V128];

  const addEntry: Code = [
    ...set(at, plus(dense, times(load(plus(indices, local(entry))), constant(KERNEL_COLUMNS * VALUE)))),
    ...set(spread, loadSpread(plus(values, local(entry)))),
    ...sums.flatMap((sum, part) =>
      set(sum, plusVector(local(sum), timesVector(local(spread), loadVector(local(at), part * VECTOR)))),
    ),
    ...set(entry, plus(local(entry), constant(VALUE))),
  ];
  const ofRow = plus(offsets, times(local(row), constant(VALUE)));
  const isLeft = below(local(entry), local(end));
  const sumRow: Code = [
    ...set(entry, times(load(ofRow), constant(VALUE))),
    ...set(end, times(load(ofRow, VALUE), constant(VALUE))),
    ...sums.flatMap((sum) => set(sum, zeros)),
    ...when(isLeft, repeat(addEntry, isLeft)),
    ...set(at, plus(product, times(local(row), constant(KERNEL_COLUMNS * VALUE)))),
    ...sums.flatMap((sum, part) => storeVector(local(at), part * VECTOR, local(sum))),
    ...set(row, plus(local(row), constant(1))),
  ];
  const body: Code = [...repeat(sumRow, below(local(row), count)), END];
  return Uint8Array.from([
    ...MAGIC_AND_VERSION,
    ...section(1, [1, 0x60, ...sized(parameters.map(() => I32)), 0]),
    ...section(2, [1, ...name('outside'), ...name('memory'), 0x02, 0x00, 0]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('multiplyRows'), 0x00, 0]),
    ...section(10, [1, ...sized([...locals, ...body])]),
  ]);
};

const section = (id: number, content: Code): Code => [id, ...sized(content)];
const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const name = (text: string): Code => sized([...Buffer.from(text)]);

/** LEB128. */
const unsigned = (value: number): Code => (value < 128 ? [value] : [(value % 128) + 128, ...unsigned(Math.floor(value / 128))]);
const signed = (value: number): Code =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
