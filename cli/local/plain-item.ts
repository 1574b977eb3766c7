/** An item of DynamoDB as people read it: `{"id":{"S":"1"}}` becomes `{"id":"1"}`. Large numbers stay texts, so that no digit is lost. */
export const plainItem = (item: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, plainValue(value)]));

const plainValue = (value: unknown): unknown => {
  const [[type, content] = []] = Object.entries(value as Readonly<Record<string, unknown>>);
  if (type === 'N') return plainNumber(String(content));
  if (type === 'NS') return (content as readonly string[]).map(plainNumber);
  if (type === 'L') return (content as readonly unknown[]).map(plainValue);
  if (type === 'M') return plainItem(content as Readonly<Record<string, unknown>>);
  return type === 'NULL' ? null : content;
};

const plainNumber = (text: string): number | string => (String(Number(text)) === text ? Number(text) : text);
