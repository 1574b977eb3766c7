/** What is measured of an encoder, each in a process and with a provenance of its own: some take seconds, some half an hour. */
export const PARTS = ['speed', 'int8AgainstFloat32', 'longTickets', 'clusters', 'routing'] as const;
export type Part = (typeof PARTS)[number];

/** Data sets that a part reads, below the folder of data, and how they are divided. */
export const READ_BY: Readonly<Record<Part, { readonly files: readonly string[]; readonly split: string }>> = {
  speed: { files: [], split: '32 generated tickets of 60 words' },
  int8AgainstFloat32: { files: ['banking77/train.csv.gz'], split: '1,000 training texts of Banking77' },
  longTickets: {
    files: ['banking77/train.csv.gz', 'clinc150/val.csv.gz'],
    split: '60 tickets from training texts of Banking77 and validation texts of CLINC150',
  },
  clusters: {
    files: [
      'banking77/train.csv.gz',
      'clinc150/val.csv.gz',
      'banking77/test.csv.gz',
      'clinc150/test.csv.gz',
      'dstc11_intent_induction/insurance.csv.gz',
      'dstc11_intent_induction/banking.csv.gz',
    ],
    split: '3,000 of Banking77 train and CLINC150 val; the test splits, which nothing was chosen on; no label seen',
  },
  routing: {
    files: [
      'banking77/train.csv.gz',
      'banking77/test.csv.gz',
      'clinc150/train.csv.gz',
      'clinc150/test.csv.gz',
      'clinc150/oos_test.csv.gz',
      'hint3_support_bots/hint3.csv.gz',
    ],
    split: 'official test splits, which nothing was chosen on; 10-shot: the rest of the training texts without labels',
  },
};

/** @throws Error where a name is no part */
export const partsOf = (list: string | undefined): readonly Part[] => {
  if (list === undefined) return PARTS;
  return list.split(',').map((name) => {
    const part = PARTS.find((each) => each === name);
    if (part === undefined) throw new Error(`There is no part "${name}"; there are ${PARTS.join(', ')}.`);
    return part;
  });
};
