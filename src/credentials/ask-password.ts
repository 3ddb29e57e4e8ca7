/** Asks for a password at the terminal without showing it. */
import { StringDecoder } from 'node:string_decoder';
import { PatchwhyError } from '../core/error.ts';

/** The part of `process.stdin` that is needed. */
export interface Keyboard extends NodeJS.ReadableStream {
  readonly isRaw?: boolean;
  setRawMode(isRaw: boolean): unknown;
  /** Keeps the process while somebody types. */
  ref?(): unknown;
  unshift(chunk: string): void;
}

// oxlint-disable-next-line no-control-regex -- keys are control characters
const KEYS = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O.)?|[\s\S]/gu;

/**
 * Shows the question, reads a line without echo, and leaves the terminal as it was, however it ends.
 * Backspace and Ctrl-U correct; Ctrl-C throws `credentials.interrupted` (exit 130); Ctrl-D on an empty line and a
 * keyboard that goes away throw `credentials.no-answer` (exit 6). What was typed ahead stays for the next reader.
 */
export async function askPassword(
  question: string,
  stdin: Keyboard,
  stderr: { write(text: string): unknown },
): Promise<string> {
  const wasRaw = stdin.isRaw === true;
  const decoder = new StringDecoder('utf8');
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let typed: string[] = [];

  const onData = (chunk: Buffer | string): void => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    for (const { 0: key, index } of text.matchAll(KEYS)) {
      if (key === '\r' || key === '\n') {
        const rest = text.slice(index + 1).replace(/^\n/, '');
        stdin.pause();
        if (rest !== '') stdin.unshift(rest);
        return resolve(typed.join(''));
      }
      if (key === '\u0003') return reject(interrupted());
      if (key === '\u0004' && typed.length === 0) return reject(noAnswer());
      typed = edited(typed, key);
    }
  };
  const onEnd = (): void => reject(noAnswer());
  const onError = (cause: Error): void => reject(noAnswer({ cause }));

  try {
    stdin.setRawMode(true);
    // A screen that was here before has let go of it: the process would end at the question.
    stdin.ref?.();
    // Only now: a quick answer to a question at a terminal that still echoes would be shown.
    stderr.write(question);
    stdin.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
    stdin.resume();
    return await promise;
  } finally {
    stdin.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
    stdin.pause();
    stdin.setRawMode(wasRaw);
    stderr.write('\n');
  }
}

function edited(typed: string[], key: string): string[] {
  if (key === '\u007F' || key === '\b') return typed.slice(0, -1);
  if (key === '\u0015') return [];
  // Arrows, function keys and other control characters are no part of a password.
  return key.length > 1 && key.startsWith('\u001B') ? typed : key < ' ' ? typed : [...typed, key];
}

function interrupted(): PatchwhyError {
  return new PatchwhyError(
    'credentials.interrupted',
    'interrupted at the password',
    'nothing was contacted',
    {
      exitCode: 130,
    },
  );
}

function noAnswer(options: ErrorOptions = {}): PatchwhyError {
  return new PatchwhyError(
    'credentials.no-answer',
    'no password was given',
    'type it at the question, or use env:, file: or exec:',
    { ...options, exitCode: 6 },
  );
}
