import type { Problems } from './definition.ts';
import { isObject, type Json, textOf } from './json.ts';
import type { QueryLanguage } from './program.ts';

const READERS = ['arn:aws:states:::s3:listObjectsV2', 'arn:aws:states:::s3:getObject'];
const WRITER = 'arn:aws:states:::s3:putObject';
const READER_CONFIG = ['InputType', 'MaxItems', 'MaxItemsPath', 'CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter'];
const DELIMITERS = ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'];

const partition = (resource: Json | undefined): string => textOf(resource).replace(/^arn:aws[\w-]*:/, 'arn:aws:');

export const checkReader = (reader: Json | undefined, language: QueryLanguage, where: string, problems: Problems): void => {
  if (reader === undefined) return;
  const at = `${where}/ItemReader`;
  if (!isObject(reader)) return problems.invalid(at, 'ItemReader is not an object');
  const resource = partition(reader['Resource']);
  if (!READERS.includes(resource))
    problems.unsupported(`${at}/Resource`, `the item reader ${textOf(reader['Resource'])} is not supported`);
  refuse(reader, ['Resource', 'ReaderConfig', language === 'JSONata' ? 'Arguments' : 'Parameters'], at, problems);
  const config = reader['ReaderConfig'] ?? {};
  if (!isObject(config)) return problems.invalid(`${at}/ReaderConfig`, 'ReaderConfig is not an object');
  refuse(config, READER_CONFIG, `${at}/ReaderConfig`, problems);
  const type = config['InputType'];
  if (resource.endsWith('getObject') && type !== 'CSV' && type !== 'JSON' && type !== 'JSONL') {
    problems.unsupported(`${at}/ReaderConfig/InputType`, `the InputType ${textOf(type)} is not supported`);
  }
  const delimiter = config['CSVDelimiter'];
  if (delimiter !== undefined && !DELIMITERS.includes(textOf(delimiter))) {
    problems.invalid(`${at}/ReaderConfig/CSVDelimiter`, `the delimiter is none of ${DELIMITERS.join(', ')}`);
  }
  if (type === 'CSV' && config['CSVHeaderLocation'] !== 'FIRST_ROW' && !Array.isArray(config['CSVHeaders'])) {
    problems.invalid(`${at}/ReaderConfig`, 'CSV needs CSVHeaderLocation FIRST_ROW, or GIVEN with CSVHeaders');
  }
};

export const checkWriter = (writer: Json | undefined, language: QueryLanguage, where: string, problems: Problems): void => {
  if (writer === undefined) return;
  const at = `${where}/ResultWriter`;
  if (!isObject(writer)) return problems.invalid(at, 'ResultWriter is not an object');
  refuse(writer, ['Resource', 'WriterConfig', language === 'JSONata' ? 'Arguments' : 'Parameters'], at, problems);
  const { Resource, WriterConfig } = writer;
  if (Resource !== undefined && partition(Resource) !== WRITER)
    problems.unsupported(`${at}/Resource`, `the result writer ${textOf(Resource)} is not supported`);
  if (Resource === undefined && WriterConfig === undefined) problems.invalid(at, 'ResultWriter is empty');
  if (!isObject(WriterConfig)) return;
  refuse(WriterConfig, ['Transformation', 'OutputType'], `${at}/WriterConfig`, problems);
  if (!['NONE', 'COMPACT', 'FLATTEN'].includes(textOf(WriterConfig['Transformation'] ?? 'NONE'))) {
    problems.invalid(`${at}/WriterConfig/Transformation`, 'Transformation is none of NONE, COMPACT and FLATTEN');
  }
  if (!['JSON', 'JSONL'].includes(textOf(WriterConfig['OutputType'] ?? 'JSON'))) {
    problems.invalid(`${at}/WriterConfig/OutputType`, 'OutputType is neither JSON nor JSONL');
  }
};

const refuse = (json: object, known: readonly string[], where: string, problems: Problems): void => {
  for (const key of Object.keys(json)) if (!known.includes(key)) problems.unsupported(`${where}/${key}`, `unknown field ${key}`);
};
