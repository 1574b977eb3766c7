export type LogLevel = 'INFO' | 'ERROR';

/** Writes one JSON object a line to standard output. Fields never hold ticket text. */
export type Log = (level: LogLevel, message: string, fields?: Readonly<Record<string, string | number | boolean>>) => void;

export const logToStandardOutput: Log = (level, message, fields = {}) => {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
};
