import { describe, expect, test } from 'vitest';
import { factsOf } from '../../../model/encoder/source-facts.ts';

const facts = (files: Readonly<Record<string, string>>): ReturnType<typeof factsOf> => factsOf((file) => files[file]);

describe('what the files beside a graph say of it', () => {
  test('is nothing where there are none, or they are damaged', () => {
    expect(facts({})).toEqual({});
    expect(facts({ '1_Pooling/config.json': '{', 'config.json': '[]', 'README.md': 'no front matter' })).toEqual({});
  });

  test('is the pooling', () => {
    expect(facts({ '1_Pooling/config.json': '{"pooling_mode_mean_tokens":true,"pooling_mode_cls_token":false}' })).toEqual({
      pooling: 'mean',
    });
    expect(facts({ '1_Pooling/config.json': '{"pooling_mode_cls_token":true}' })).toEqual({ pooling: 'cls' });
    expect(facts({ '1_Pooling/config.json': '{"pooling_mode_max_tokens":true}' })).toEqual({});
  });

  test('is the maximal length, by whoever knows the weights best', () => {
    const config = '{"max_position_embeddings":512}';
    expect(facts({ 'config.json': config })).toEqual({ maxTokens: 512 });
    expect(facts({ 'config.json': config, 'sentence_bert_config.json': '{"max_seq_length":128}' })).toEqual({ maxTokens: 128 });
    // Some tokenizers say that there is none, as 1e30.
    expect(facts({ 'config.json': config, 'tokenizer_config.json': '{"model_max_length":1e30}' })).toEqual({ maxTokens: 512 });
  });

  test('is the licence and the languages of the model card, or of a Python package', () => {
    const card = '---\nlanguage:\n- en\n- "de"\nlicense: mit\ntags:\n- x\n---\n# Model';
    expect(facts({ 'README.md': card })).toEqual({ licence: 'mit', languages: ['en', 'de'] });
    expect(facts({ 'README.md': '---\r\nlanguage: en\r\n---\r\n' })).toEqual({ languages: ['en'] });
    expect(facts({ METADATA: 'Name: x\nLicense-Expression: Apache-2.0\n\ntext' })).toEqual({ licence: 'Apache-2.0' });
  });

  test('is the prompt that stands before texts', () => {
    const prompts = '{"prompts":{"query":"query: ","passage":"passage: "},"default_prompt_name":"query"}';
    expect(facts({ 'config_sentence_transformers.json': prompts })).toEqual({ prefix: 'query: ' });
    expect(facts({ 'config_sentence_transformers.json': '{"prompts":{},"default_prompt_name":null}' })).toEqual({});
  });
});
