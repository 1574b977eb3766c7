import type { QueryLanguage, State } from './program.ts';

type StateType = State['Type'];

const FLOW = ['Next', 'End'];
const ERRORS = ['Retry', 'Catch'];
const PATHS = ['InputPath', 'OutputPath'];
const RESULT = ['ResultSelector', 'ResultPath', 'Parameters'];
const MAP = ['ItemProcessor', 'Iterator', 'ItemSelector', 'ItemReader', 'ItemBatcher', 'ResultWriter', 'Label', 'MaxConcurrency'];
const TOLERATED = ['ToleratedFailureCount', 'ToleratedFailurePercentage'];

const EVERY = ['Type', 'Comment', 'QueryLanguage'];

const JSONPATH: Readonly<Record<StateType, readonly string[]>> = {
  Pass: [...FLOW, ...PATHS, 'Parameters', 'Result', 'ResultPath', 'Assign'],
  Task: [
    ...FLOW,
    ...ERRORS,
    ...PATHS,
    ...RESULT,
    'Assign',
    'Resource',
    'TimeoutSeconds',
    'TimeoutSecondsPath',
    'HeartbeatSeconds',
    'HeartbeatSecondsPath',
  ],
  Choice: [...PATHS, 'Choices', 'Default', 'Assign'],
  Wait: [...FLOW, ...PATHS, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath', 'Assign'],
  Succeed: PATHS,
  Fail: ['Error', 'ErrorPath', 'Cause', 'CausePath'],
  Parallel: [...FLOW, ...ERRORS, ...PATHS, ...RESULT, 'Assign', 'Branches'],
  Map: [
    ...FLOW,
    ...ERRORS,
    ...PATHS,
    ...RESULT,
    ...MAP,
    ...TOLERATED,
    'Assign',
    'ItemsPath',
    'MaxConcurrencyPath',
    'ToleratedFailureCountPath',
    'ToleratedFailurePercentagePath',
  ],
};

const JSONATA: Readonly<Record<StateType, readonly string[]>> = {
  Pass: [...FLOW, 'Output', 'Assign'],
  Task: [...FLOW, ...ERRORS, 'Output', 'Assign', 'Arguments', 'Resource', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Choice: ['Choices', 'Default', 'Output', 'Assign'],
  Wait: [...FLOW, 'Seconds', 'Timestamp', 'Output', 'Assign'],
  Succeed: ['Output'],
  Fail: ['Error', 'Cause'],
  Parallel: [...FLOW, ...ERRORS, 'Output', 'Assign', 'Arguments', 'Branches'],
  Map: [...FLOW, ...ERRORS, ...MAP, ...TOLERATED, 'Output', 'Assign', 'Items'],
};

export const stateTypes = Object.keys(JSONPATH) as readonly StateType[];

export const isStateType = (type: unknown): type is StateType => typeof type === 'string' && Object.hasOwn(JSONPATH, type);

/** The fields that a state of this type may have; everything else is refused by name. */
export const fieldsOf = (type: StateType, language: QueryLanguage): ReadonlySet<string> =>
  new Set([...EVERY, ...(language === 'JSONata' ? JSONATA : JSONPATH)[type]]);

/** Fields that exist on AWS and that are not run here. */
export const UNSUPPORTED_FIELDS: ReadonlySet<string> = new Set(['Credentials']);

/** Fields that hold a JSONPath, or, where `[1]` says so, also an intrinsic function. */
export const PATH_FIELDS: readonly (readonly [string, 'path' | 'expression'])[] = [
  ['InputPath', 'path'],
  ['OutputPath', 'path'],
  ['ResultPath', 'path'],
  ['ItemsPath', 'expression'],
  ['SecondsPath', 'path'],
  ['TimestampPath', 'path'],
  ['TimeoutSecondsPath', 'path'],
  ['HeartbeatSecondsPath', 'path'],
  ['MaxConcurrencyPath', 'path'],
  ['ToleratedFailureCountPath', 'path'],
  ['ToleratedFailurePercentagePath', 'path'],
  ['ErrorPath', 'expression'],
  ['CausePath', 'expression'],
];

/** Fields that hold a payload template. */
export const TEMPLATE_FIELDS = [
  'Parameters',
  'ResultSelector',
  'Assign',
  'ItemSelector',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
];

/** Fields that may hold `{% … %}`. */
export const JSONATA_FIELDS = [
  'Arguments',
  'Output',
  'Assign',
  'Items',
  'ItemSelector',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'Seconds',
  'Timestamp',
  'Error',
  'Cause',
  'TimeoutSeconds',
  'HeartbeatSeconds',
  'MaxConcurrency',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
  'Condition',
];
