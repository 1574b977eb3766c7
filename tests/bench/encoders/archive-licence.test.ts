import { expect, test } from 'vitest';
import { licencesInPom } from '../../../bench/encoders/archive-licence.ts';

const pomWith = (...licences: readonly string[]): string =>
  `<project><licenses>\r\n${licences.map((licence) => `<license>\r\n${licence}\r\n</license>`).join('\r\n')}</licenses></project>`;

test('a licence of a POM is recognised by its name or its address', () => {
  expect(licencesInPom(pomWith('<url>https://www.apache.org/licenses/LICENSE-2.0.txt</url>'))).toEqual(['Apache-2.0']);
  expect(licencesInPom(pomWith('<name>The Apache License, Version 2.0</name>', '<name>MIT</name>'))).toEqual([
    'Apache-2.0',
    'MIT',
  ]);
});

test('a licence that is not known keeps its name, so that it is refused by it', () => {
  expect(licencesInPom(pomWith('<name>CC BY-NC 4.0</name>', '<url>https://example.com</url>'))).toEqual([
    'CC BY-NC 4.0',
    'unknown',
  ]);
});

test('a POM without a licence has none', () => {
  expect(licencesInPom('<project></project>')).toEqual([]);
});
