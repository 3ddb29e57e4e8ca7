/** Writing to stdout and stderr so that nothing is lost and a reader that goes away is noticed, not a crash. */
import type { Writable } from 'node:stream';

/** Resolves when the text has left this process, or when the reader is gone. */
export function writeAll(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableEnded) {
      resolve();
      return;
    }
    stream.write(text, () => resolve());
  });
}

/** Calls back once when the reader of a stream has gone (`| head`). Other write errors stay errors. */
export function onReaderGone(stream: Writable, gone: () => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'EIO' || error.code === 'ERR_STREAM_DESTROYED')
      gone();
    else throw error;
  });
}
