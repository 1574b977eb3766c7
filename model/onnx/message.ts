import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

// The messages of https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto that a graph needs; field numbers are that file's.

/** IR 8 and operator set 17 belong together (ONNX 1.12); every runtime since 2022 reads them. */
const IR_VERSION = 8;
const OPERATOR_SET = 17;
const PRODUCER = 'signalbox';

export type ElementType = 'float32' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool';

/** `TensorProto.DataType` */
const dataTypes: Readonly<Record<ElementType, number>> = { float32: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 };

/** A number, or the name of a dimension that is known at run time only. */
export type Dimension = number | string;

export interface ValueMessage {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

export interface TensorMessage {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian, row by row. */
  readonly bytes: Uint8Array;
}

export type AttributeMessage =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'graph'; readonly value: GraphMessage };

export interface NodeMessage {
  readonly operator: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeMessage>>;
}

export interface GraphMessage {
  readonly name: string;
  readonly nodes: readonly NodeMessage[];
  readonly initializers: readonly TensorMessage[];
  readonly inputs: readonly ValueMessage[];
  readonly outputs: readonly ValueMessage[];
}

/** The bytes of an ONNX file: the same graph gives the same bytes. */
export const encodeModel = (graph: GraphMessage): Uint8Array<ArrayBuffer> => {
  const writer = new BinaryWriter();
  int(writer, 1, IR_VERSION);
  text(writer, 2, PRODUCER);
  message(writer, 7, () => writeGraph(writer, graph));
  message(writer, 8, () => int(writer, 2, OPERATOR_SET));
  return writer.finish();
};

const writeGraph = (writer: BinaryWriter, graph: GraphMessage): void => {
  for (const node of graph.nodes) message(writer, 1, () => writeNode(writer, node));
  text(writer, 2, graph.name);
  for (const tensor of graph.initializers) message(writer, 5, () => writeTensor(writer, tensor));
  for (const value of graph.inputs) message(writer, 11, () => writeValue(writer, value));
  for (const value of graph.outputs) message(writer, 12, () => writeValue(writer, value));
};

const writeNode = (writer: BinaryWriter, node: NodeMessage): void => {
  for (const input of node.inputs) text(writer, 1, input);
  for (const output of node.outputs) text(writer, 2, output);
  text(writer, 3, node.name);
  text(writer, 4, node.operator);
  for (const [name, attribute] of Object.entries(node.attributes))
    message(writer, 5, () => {
      text(writer, 1, name);
      writeAttribute(writer, attribute);
    });
};

/** `AttributeProto.AttributeType` is the last field of each. */
const writeAttribute = (writer: BinaryWriter, attribute: AttributeMessage): void => {
  switch (attribute.kind) {
    case 'float':
      writer.tag(2, WireType.Bit32).float(attribute.value);
      return int(writer, 20, 1);
    case 'int':
      int(writer, 3, attribute.value);
      return int(writer, 20, 2);
    case 'graph':
      message(writer, 6, () => writeGraph(writer, attribute.value));
      return int(writer, 20, 5);
    case 'ints':
      for (const value of attribute.value) int(writer, 8, value);
      return int(writer, 20, 7);
  }
};

const writeTensor = (writer: BinaryWriter, tensor: TensorMessage): void => {
  for (const size of tensor.shape) int(writer, 1, size);
  int(writer, 2, dataTypes[tensor.type]);
  text(writer, 8, tensor.name);
  writer.tag(9, WireType.LengthDelimited).bytes(tensor.bytes);
};

const writeValue = (writer: BinaryWriter, value: ValueMessage): void => {
  text(writer, 1, value.name);
  message(writer, 2, () =>
    message(writer, 1, () => {
      int(writer, 1, dataTypes[value.type]);
      message(writer, 2, () => {
        for (const dimension of value.shape)
          message(writer, 1, () => (typeof dimension === 'number' ? int(writer, 1, dimension) : text(writer, 2, dimension)));
      });
    }),
  );
};

const int = (writer: BinaryWriter, field: number, value: number): void => {
  writer.tag(field, WireType.Varint).int64(value);
};

const text = (writer: BinaryWriter, field: number, value: string): void => {
  writer.tag(field, WireType.LengthDelimited).string(value);
};

const message = (writer: BinaryWriter, field: number, write: () => void): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  write();
  writer.join();
};
