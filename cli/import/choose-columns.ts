import { looksLikeData } from '../table/find-columns.ts';
import { shortened } from '../table/note.ts';
import { UserError } from '../user-error.ts';

/** Which columns of a file hold what of a ticket of the past. */
export interface HistoryColumns {
  /** The first of several is the subject. */
  readonly text: readonly string[];
  /** Head → column. */
  readonly labels: Readonly<Record<string, string>>;
  /** Undefined for a file without times. */
  readonly time: string | undefined;
  /** Undefined where rows are told apart by what is in them. */
  readonly id: string | undefined;
}

/** What a person named. */
export interface AskedColumns {
  readonly text?: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
  readonly time?: string;
  readonly id?: string;
  readonly withoutTimes?: true;
}

/** Names that support tools give their columns, the most telling first; compared by letters and digits alone. */
const KNOWN = {
  subject: ['subject', 'title', 'summary', 'shortdescription', 'ticketsubject', 'issuesubject', 'betreff', 'sujet', 'asunto'],
  body: [
    'body',
    'description',
    'text',
    'message',
    'content',
    'ticketdescription',
    'question',
    'comment',
    'beschreibung',
    'nachricht',
  ],
  team: [
    'team',
    'group',
    'assignedteam',
    'assignedgroup',
    'assignmentgroup',
    'queue',
    'department',
    'label',
    'category',
    'intent',
  ],
  time: [
    'createdat',
    'created',
    'createdtime',
    'createddate',
    'creationdate',
    'opened',
    'openedat',
    'timestamp',
    'time',
    'date',
    'received',
  ],
  id: ['id', 'ticketid', 'ticketnumber', 'number', 'caseid', 'casenumber', 'issuekey', 'key', 'ticket'],
} as const;

/**
 * Columns as they were named, and for the rest those whose names say what they hold.
 * @throws UserError naming the option for what cannot be found
 */
export const chooseColumns = (file: string, names: readonly string[], asked: AskedColumns): HistoryColumns => {
  const guess = (what: keyof typeof KNOWN): string | undefined => {
    for (const known of KNOWN[what]) {
      const found = names.find((name) => plain(name) === known) ?? names.find((name) => plain(name.split('.').at(-1)!) === known);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const missing = (what: string, option: string): UserError => {
    const header = looksLikeData(names)
      ? ' Its first line looks like a ticket and not like names: put a line with the names of the columns above it.'
      : '';
    const shown = names.slice(0, 30).map(shortened).join(', ');
    return new UserError(`${file} has no column that is plainly ${what} among ${shown}; name it with ${option}.${header}`);
  };
  const text = asked.text ?? [guess('subject'), guess('body')].filter((column) => column !== undefined);
  if (text.length === 0) throw missing("the ticket's text", '--text COLUMN');
  const team = asked.label === undefined ? guess('team') : undefined;
  const labels = asked.label ?? (team === undefined ? undefined : { team });
  if (labels === undefined) throw missing('the team that people chose', '--label team=COLUMN');
  const time = asked.withoutTimes === true ? undefined : (asked.time ?? guess('time'));
  if (time === undefined && asked.withoutTimes !== true)
    throw missing(
      'the time of the ticket',
      '--time COLUMN, or say --without-times to deal the rows over the eight weeks before the file was written',
    );
  return { text, labels, time, id: asked.id ?? guess('id') };
};

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
