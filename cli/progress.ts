export interface Progress {
  /** Shows a step; `share` (0..1) of it is done. */
  readonly show: (step: string, share?: number) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const BAR_WIDTH = 30;

/** A line on stderr that says what is being done; nothing where nobody watches. */
export const createProgress = (stream: NodeJS.WriteStream = process.stderr): Progress => {
  if (!stream.isTTY) return { show: () => undefined, end: () => undefined };
  return {
    show: (step, share) => stream.write(`\r\u001B[K${share === undefined ? '' : `${bar(share)} `}${step} …`),
    end: () => stream.write('\r\u001B[K'),
  };
};

const bar = (share: number): string => {
  const filled = Math.round(BAR_WIDTH * Math.min(1, Math.max(0, share)));
  return `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`;
};
