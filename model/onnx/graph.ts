import { bytesOf } from '../bytes.ts';
import { encodeModel } from './message.ts';
import type {
  AttributeMessage,
  Dimension,
  ElementType,
  GraphMessage,
  NodeMessage,
  TensorMessage,
  ValueMessage,
} from './message.ts';

declare const brand: unique symbol;

/** The name of a tensor inside a graph; only a graph makes one. */
export type Value = string & { readonly [brand]: 'Value' };

/** What a node is told beside its inputs. */
export type Attribute = Exclude<AttributeMessage, { readonly kind: 'graph' }> | { readonly kind: 'body'; readonly graph: Graph };

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const float = (value: number): Attribute => ({ kind: 'float', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
export const body = (graph: Graph): Attribute => ({ kind: 'body', graph });

type Attributes = Readonly<Record<string, Attribute>>;

/** Names are unique across a graph and the bodies of its loops, because a body sees the values of the graph around it. */
interface Names {
  count: number;
}

/** Writes an ONNX graph (IR 8, operator set 17) node by node. */
export class Graph {
  readonly #names: Names;
  readonly #nodes: NodeMessage[] = [];
  readonly #initializers: TensorMessage[] = [];
  readonly #inputs: ValueMessage[] = [];
  readonly #outputs: ValueMessage[] = [];

  constructor(around?: Graph) {
    this.#names = around === undefined ? { count: 0 } : around.#names;
  }

  /** What the caller of the session feeds under this name. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.#inputs.push({ name, type, shape });
    return name as Value;
  }

  /** What the session answers under this name. */
  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.#nodes.push({ operator: 'Identity', name: this.#fresh('Identity'), inputs: [value], outputs: [name], attributes: {} });
    this.#outputs.push({ name, type, shape });
  }

  /** One node with one output; see https://onnx.ai/onnx/operators for operators and their attributes. */
  apply(operator: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.applyMany(operator, inputs, attributes, 1)[0]!;
  }

  /** One node with `count` outputs. */
  applyMany(operator: string, inputs: readonly Value[], attributes: Attributes, count: number): readonly Value[] {
    const outputs = Array.from({ length: count }, () => this.#fresh(operator));
    this.#nodes.push({
      operator,
      name: this.#fresh(operator),
      inputs,
      outputs,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, messageOf(name, attribute)])),
    });
    return outputs;
  }

  /** Float32 values that are part of the file, row by row. */
  weights(values: Float32Array, shape: readonly number[]): Value {
    return this.#initializer('float32', shape, bytesOf(values));
  }

  /** Whole numbers from -128 to 127 that are part of the file, row by row. */
  bytes(values: Int8Array, shape: readonly number[]): Value {
    return this.#initializer('int8', shape, bytesOf(values));
  }

  /** One whole number from 0 to 255. */
  byte(value: number): Value {
    return this.#initializer('uint8', [], Uint8Array.of(value));
  }

  scalar(value: number): Value {
    return this.#initializer('float32', [], bytesOf(Float32Array.of(value)));
  }

  /** A vector of int64, as operators take axes, shapes and sizes. */
  integers(...values: readonly number[]): Value {
    return this.#initializer('int64', [values.length], bytesOf(BigInt64Array.from(values, BigInt)));
  }

  truth(value: boolean): Value {
    return this.#initializer('bool', [], Uint8Array.of(value ? 1 : 0));
  }

  encode(): Uint8Array<ArrayBuffer> {
    return encodeModel(this.message('graph'));
  }

  message(name: string): GraphMessage {
    return {
      name,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    };
  }

  #initializer(type: ElementType, shape: readonly number[], bytes: Uint8Array): Value {
    const name = this.#fresh('constant');
    this.#initializers.push({ name, type, shape, bytes });
    return name;
  }

  /** Inputs and outputs are named by the caller, without a slash. */
  #fresh(what: string): Value {
    return `${what}/${this.#names.count++}` as Value;
  }
}

const messageOf = (name: string, attribute: Attribute): AttributeMessage =>
  attribute.kind === 'body' ? { kind: 'graph', value: attribute.graph.message(name) } : attribute;
