import { readStoredText } from '../../adapters/s3/stored-text.ts';
import { columns, counted, facts, oneLine, time } from '../local/print.ts';
import type { OnStage } from '../stage/stage-leaf.ts';
import { dataBucket, findMessage, latestFirst } from './choose.ts';

const REASON_SHOWN = 110;

export const listMessages = async (
  { stage, print }: OnStage,
  { code, max }: { readonly code?: string; readonly max: number },
): Promise<void> => {
  const found = await latestFirst(stage, code);
  const shown = found.slice(0, max);
  print({ messages: shown, more: found.length - shown.length }, () => {
    if (found.length === 0) return code === undefined ? 'the quarantine is empty' : `no message is in quarantine as ${code}`;
    const rows = shown.map((one) => [
      one.messageId,
      time(one.receivedAt),
      one.queue,
      one.code,
      oneLine(one.reason, REASON_SHOWN),
    ]);
    const more = found.length > shown.length ? [`… and ${counted(found.length - shown.length, 'more', 'more')}; see --max`] : [];
    return [columns(['message', 'received', 'queue', 'code', 'reason'], rows), ...more].join('\n');
  });
};

export const showMessage = async ({ stage, print }: OnStage, id: string): Promise<void> => {
  const message = await findMessage(stage, id);
  const whole = message.bodyRef === undefined ? message.body : await readStoredText(dataBucket(stage), message.bodyRef);
  print({ ...message, body: whole ?? message.body }, () =>
    [
      facts([
        ['message', message.messageId],
        ['received', time(message.receivedAt)],
        ['queue', message.queue],
        ['code', message.code],
        ['reason', message.reason],
      ]),
      '',
      whole ?? `${message.body}\n(the rest is past its retention)`,
    ].join('\n'),
  );
};
