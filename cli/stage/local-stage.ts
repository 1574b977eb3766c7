/** The stage that is meant where none is named: the local cloud that runs. */
export const LOCAL_STAGE = 'local';
