/** Things to say in a run that are known before it begins, while it goes on, or when its stream has ended. */
import type { Level } from '../core/event.ts';
import { printable } from '../core/printable.ts';
import type { Tell } from '../engine/scan.ts';

export class NoticeBoard {
  #waiting: Parameters<Tell>[] = [];
  #tell: Tell | undefined;
  #isClosed = false;

  add(level: Level, code: string, text: string): void {
    if (this.#isClosed) process.stderr.write(`patchwhy: ${level}: ${printable(text)}\n`);
    else if (this.#tell) this.#tell(level, code, text);
    else this.#waiting.push([level, code, text]);
  }

  /** From now on everything goes into the stream. */
  open(tell: Tell): void {
    this.#tell = tell;
    for (const notice of this.#waiting.splice(0)) tell(...notice);
  }

  /** The stream has ended: what comes now goes to stderr. */
  close(): void {
    this.#isClosed = true;
  }
}
