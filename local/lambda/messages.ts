/** What the main thread and an execution environment's worker say to each other. */

export interface FunctionErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface EnvironmentData {
  readonly codeFolder: string;
  readonly handler: string;
  /** Where the responses of custom resources go; the CDK’s own providers send them by https, to port 443. */
  readonly responseEndpoint: string;
  /** The cloud's clock. */
  readonly sharedTime: SharedArrayBuffer;
}

export interface InvokeMessage {
  readonly requestId: string;
  /** The event as JSON. */
  readonly event: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
  readonly traceId: string;
  /** Wall time at which the invocation is cut off. */
  readonly deadlineMs: number;
  readonly clientContext?: string;
}

export type EnvironmentMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: FunctionErrorReport }
  | { readonly kind: 'returned'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'threw'; readonly requestId: string; readonly error: FunctionErrorReport };
