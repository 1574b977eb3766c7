import { join } from 'node:path';
import { samplePositions } from '../../model/random.ts';
import { readCsv } from './labelled-text.ts';

/** Texts with the groups that people put them into. */
export interface ClusteringSet {
  readonly name: string;
  readonly source: string;
  readonly file: string;
  readonly label: string;
  /** Settings were chosen on these; `test` is only reported. */
  readonly kind: 'development' | 'test';
  /** Rows taken, by a seeded sample; all where it is missing. */
  readonly rows?: number;
}

const BANKING77 = 'Banking77 (Casanueva et al. 2020), CC BY 4.0';
const CLINC150 = 'CLINC150 (Larson et al. 2019), CC BY 3.0';
const DSTC11 = 'DSTC11 intent induction (Gung et al. 2023), CDLA-Permissive-2.0';
const SAMPLE_SEED = 1;

export const CLUSTERING_SETS: readonly ClusteringSet[] = [
  {
    name: 'banking77-train',
    source: BANKING77,
    file: 'banking77/train.csv.gz',
    label: 'category',
    kind: 'development',
    rows: 3_000,
  },
  { name: 'clinc150-val', source: CLINC150, file: 'clinc150/val.csv.gz', label: 'label', kind: 'development' },
  { name: 'banking77-test', source: BANKING77, file: 'banking77/test.csv.gz', label: 'category', kind: 'test' },
  { name: 'clinc150-test', source: CLINC150, file: 'clinc150/test.csv.gz', label: 'label', kind: 'test' },
  { name: 'dstc11-insurance', source: DSTC11, file: 'dstc11_intent_induction/insurance.csv.gz', label: 'label', kind: 'test' },
  { name: 'dstc11-banking', source: DSTC11, file: 'dstc11_intent_induction/banking.csv.gz', label: 'label', kind: 'test' },
];

export interface GroupedTexts {
  readonly texts: readonly string[];
  readonly labels: readonly string[];
}

export const readClusteringSet = (folder: string, { file, label, rows }: ClusteringSet): GroupedTexts => {
  const all = readCsv(join(folder, file)).filter((row) => (row['text'] ?? '') !== '' && (row[label] ?? '') !== '');
  const chosen = rows === undefined ? all : Array.from(samplePositions(all.length, rows, SAMPLE_SEED), (at) => all[at]!);
  return { texts: chosen.map((row) => row['text']!), labels: chosen.map((row) => row[label]!) };
};
