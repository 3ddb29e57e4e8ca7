/** What a host says over the protocol, as far as anybody here wants to know it (MS-PSRP 2.2.2, 2.2.3). */
import { numberOf, property, readClixml, textOf, type Value } from './clixml.ts';
import { MESSAGE, type Message } from './message.ts';

/** An error record, or why something ended. Text is in the host's language: to be quoted, never to be judged. */
export interface RemoteError {
  /** `FullyQualifiedErrorId`: `CommandNotFoundException`, `ScriptsNotAllowed`, `PathNotFound,Microsoft...`. */
  readonly id: string;
  readonly message: string;
  /** `0x` and eight digits; absent where the exception has only .NET's own (0x8013....). */
  readonly hresult?: string;
}

export type ServerEvent =
  | { readonly kind: 'pool'; readonly state: 'opened' | 'ended'; readonly error?: RemoteError }
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'error'; readonly error: RemoteError }
  | {
      readonly kind: 'pipeline';
      readonly state: 'completed' | 'stopped' | 'failed';
      readonly error?: RemoteError;
    }
  /** Progress, warnings, prompts nobody answers, states on the way. */
  | { readonly kind: 'other' };

const OTHER: ServerEvent = { kind: 'other' };

/** RunspacePoolState: 3 Closed, 4 Closing, 5 Broken. */
const POOL_STATES: ReadonlyMap<number, 'opened' | 'ended'> = new Map([
  [2, 'opened'],
  [3, 'ended'],
  [4, 'ended'],
  [5, 'ended'],
]);
const PIPELINE_STATES: ReadonlyMap<number, 'completed' | 'stopped' | 'failed'> = new Map([
  [3, 'stopped'],
  [4, 'completed'],
  [5, 'failed'],
]);

/** @throws ContactError BAD_REPLY. */
export function readEvent({ type, text }: Message): ServerEvent {
  switch (type) {
    case MESSAGE.runspacePoolState: {
      const value = readClixml(text);
      const state = POOL_STATES.get(numberOf(property(value, 'RunspaceState')) ?? -1);
      return state === undefined ? OTHER : { kind: 'pool', state, ...reasonIn(value) };
    }
    case MESSAGE.pipelineState: {
      const value = readClixml(text);
      const state = PIPELINE_STATES.get(numberOf(property(value, 'PipelineState')) ?? -1);
      return state === undefined ? OTHER : { kind: 'pipeline', state, ...reasonIn(value) };
    }
    case MESSAGE.pipelineOutput:
      return { kind: 'output', text: textOf(readClixml(text)) };
    case MESSAGE.errorRecord:
      return { kind: 'error', error: errorOf(readClixml(text)) };
    default:
      return OTHER;
  }
}

function reasonIn(state: Value): { readonly error?: RemoteError } {
  const record = property(state, 'ExceptionAsErrorRecord');
  return record === undefined || record.kind === 'Nil' ? {} : { error: errorOf(record) };
}

function errorOf(record: Value): RemoteError {
  const exception = property(record, 'Exception');
  const message = exception && property(exception, 'Message');
  const number = exception && numberOf(property(exception, 'HResult'));
  const hresult =
    number === undefined ? '' : `0x${(number >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
  return {
    id: property(record, 'FullyQualifiedErrorId')?.text ?? '',
    message: message?.text || textOf(record),
    ...(/^0x[89A-F]/.test(hresult) && !hresult.startsWith('0x8013') && { hresult }),
  };
}
