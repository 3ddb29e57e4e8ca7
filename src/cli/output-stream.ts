/** Writing to stdout and stderr so that nothing is lost unsaid: a reader that goes away, or a disk that is full. */
import type { Writable } from 'node:stream';
import { errnoOf } from '../core/error.ts';

/** Resolves when the text has left this process, or can't any more: whoever listens for that is told. */
export function writeAll(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded) {
      resolve();
      return;
    }
    stream.write(text, () => resolve());
  });
}

const READER_GONE: ReadonlySet<string | undefined> = new Set([
  'EPIPE',
  'EIO',
  'ERR_STREAM_DESTROYED',
]);

/** What became of an output: nothing bad, its reader went away (`| head`), or it could not be written. */
export interface Fate {
  readonly lost: string | undefined;
}

/** Watches a stream for errors of writing; `gone` is called when its reader has gone, or nothing can be written. */
export function watchOutput(stream: Writable, gone: () => void): Fate {
  const fate: { lost: string | undefined } = { lost: undefined };
  stream.on('error', (error) => {
    const code = errnoOf(error);
    if (!READER_GONE.has(code)) fate.lost = code ?? error.message;
    gone();
  });
  return fate;
}
