/** Below this path the gateway answers who controls the local cloud; no bucket's name has an underscore, so no S3 path begins so. */
export const CONTROL_PATH = '/_local/';
