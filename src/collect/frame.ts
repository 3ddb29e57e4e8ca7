/**
 * Finds the document in what a host prints. The collector frames it with a nonce and its length, so that a logon
 * banner, another run's answer and a reply cut short are told apart. Knows nothing of what the document says.
 */

import { unreachable } from '../core/error.ts';

export type FrameResult =
  /** `noise` is the start of what stood around the frame, empty when nothing did. Host text: not yet printable. */
  | { readonly kind: 'document'; readonly text: string; readonly noise: string }
  /** Nothing came but blanks and byte order marks. */
  | { readonly kind: 'empty' }
  /** Something came, but no frame of this run. */
  | { readonly kind: 'noise'; readonly bytes: number; readonly noise: string }
  /** A frame came, but with the nonce of another run. */
  | { readonly kind: 'other-run'; readonly bytes: number }
  /** The frame began and did not end. `expected` is undefined where not even its length came. */
  | { readonly kind: 'cut'; readonly bytes: number; readonly expected: number | undefined }
  /** The frame does not end where it said it would. */
  | { readonly kind: 'bad-length'; readonly expected: number }
  | { readonly kind: 'too-long'; readonly expected: number; readonly limit: number }
  /** The length is right and the bytes are no UTF-8. */
  | { readonly kind: 'not-utf8'; readonly bytes: number };

const BEGIN = 'PATCHWHY-BEGIN_';
const END = 'PATCHWHY-END_';
const NOISE_KEPT = 400;
const LIMIT = 8 * 1024 * 1024;

/** Fed with stdout as it comes, in pieces of any size; holds at most the document and a little around it. */
export class FrameReader {
  readonly #begin: string;
  readonly #end: string;
  readonly #limit: number;
  readonly #noise: Buffer[] = [];
  readonly #body: Uint8Array[] = [];
  /** What must follow the document: its line ends as the first line had them. */
  #closing = '';
  #noiseKept = 0;
  #bytes = 0;
  #state: 'seeking' | 'body' | 'closing' | 'after' | 'broken' = 'seeking';
  /** Bytes that may be the start of a mark: while seeking, and after the document. */
  #held: Buffer = Buffer.alloc(0);
  #expected: number | undefined;
  #received = 0;
  #sawOther = false;

  constructor(nonce: string, limit: number = LIMIT) {
    this.#begin = `${BEGIN}${nonce}_`;
    this.#end = `${END}${nonce}`;
    this.#limit = limit;
  }

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    let rest = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.#state === 'seeking') rest = this.#seek(rest);
    if (this.#state === 'body') rest = this.#fill(rest);
    if (this.#state === 'closing') rest = this.#close(rest);
    if (this.#state === 'after') this.#keepNoise(rest);
  }

  /** What came, once the host has nothing more to say. */
  end(): FrameResult {
    switch (this.#state) {
      case 'seeking':
        return this.#nothingFound();
      case 'body':
      case 'closing':
        return { kind: 'cut', bytes: this.#received, expected: this.#expected };
      case 'broken': {
        const expected = this.#expected ?? 0;
        return expected > this.#limit
          ? { kind: 'too-long', expected, limit: this.#limit }
          : { kind: 'bad-length', expected };
      }
      case 'after':
        return this.#document();
      default:
        return unreachable(this.#state);
    }
  }

  #seek(bytes: Buffer): Buffer {
    const text = this.#held.length === 0 ? bytes : Buffer.concat([this.#held, bytes]);
    let from = 0;
    for (;;) {
      const at = text.indexOf(BEGIN, from, 'latin1');
      if (at < 0) break;
      const head = readHead(text, at, this.#begin);
      // Not decided yet: more bytes will tell.
      if (head === 'partial') return this.#hold(text, at);
      if (head !== 'other-run' && head !== 'malformed') {
        this.#keepNoise(text.subarray(0, at));
        this.#expected = head.length;
        this.#closing = head.newline + this.#end;
        this.#state = head.length > this.#limit ? 'broken' : 'body';
        this.#held = Buffer.alloc(0);
        return text.subarray(head.bodyAt);
      }
      if (head === 'other-run') this.#sawOther = true;
      from = at + 1;
    }
    return this.#hold(text, Math.max(from, text.length - BEGIN.length + 1));
  }

  #hold(text: Buffer, from: number): Buffer {
    this.#keepNoise(text.subarray(0, from));
    // A copy, so that the chunk it came in can go.
    this.#held = Buffer.from(text.subarray(from));
    return Buffer.alloc(0);
  }

  #fill(bytes: Buffer): Buffer {
    const missing = (this.#expected ?? 0) - this.#received;
    const part = bytes.subarray(0, missing);
    if (part.length > 0) this.#body.push(Uint8Array.from(part));
    this.#received += part.length;
    if (part.length === missing) this.#state = 'closing';
    return bytes.subarray(part.length);
  }

  #close(bytes: Buffer): Buffer {
    const text = Buffer.concat([this.#held, bytes]);
    const came = text.subarray(0, this.#closing.length).toString('latin1');
    if (came === this.#closing) {
      this.#state = 'after';
      return text.subarray(came.length);
    }
    if (this.#closing.startsWith(came)) this.#held = text;
    else this.#state = 'broken';
    return Buffer.alloc(0);
  }

  #keepNoise(bytes: Buffer): void {
    if (this.#noiseKept >= NOISE_KEPT || bytes.length === 0) return;
    const part = Buffer.from(bytes.subarray(0, NOISE_KEPT - this.#noiseKept));
    this.#noise.push(part);
    this.#noiseKept += part.length;
  }

  #noiseText(): string {
    return Buffer.concat(this.#noise)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
      .trim();
  }

  #nothingFound(): FrameResult {
    const held = this.#held.toString('latin1');
    if (held.startsWith(this.#begin)) return { kind: 'cut', bytes: 0, expected: undefined };
    this.#keepNoise(this.#held);
    const noise = this.#noiseText();
    if (noise === '') return { kind: 'empty' };
    if (this.#sawOther) return { kind: 'other-run', bytes: this.#bytes };
    return { kind: 'noise', bytes: this.#bytes, noise };
  }

  #document(): FrameResult {
    const noise = this.#noiseText();
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(this.#body));
      return { kind: 'document', text, noise };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      return { kind: 'not-utf8', bytes: this.#received };
    }
  }
}

type Head =
  | { readonly length: number; readonly newline: '\r\n' | '\n'; readonly bodyAt: number }
  | 'partial'
  | 'other-run'
  | 'malformed';

const LONGEST_HEAD = 64;

/** The line that opens a frame at `at`: mark, nonce, length in bytes, end of line. */
function readHead(text: Buffer, at: number, begin: string): Head {
  const head = text.subarray(at, at + LONGEST_HEAD).toString('latin1');
  const isShort = head.length < LONGEST_HEAD;
  if (!head.startsWith(begin)) {
    if (isShort && begin.startsWith(head)) return 'partial';
    const line = /^PATCHWHY-BEGIN_[0-9A-Za-z]+(?:_\d*(?:\r?(\n)?)?)?/.exec(head);
    if (line?.[1] !== undefined) return 'other-run';
    return isShort && line?.[0].length === head.length ? 'partial' : 'malformed';
  }
  const line = /^(\d{0,9})(\r?\n|\r?$)?/.exec(head.slice(begin.length));
  const [whole = '', digits = '', newline] = line ?? [];
  if (digits !== '' && (newline === '\r\n' || newline === '\n'))
    return {
      length: Number.parseInt(digits, 10),
      newline,
      bodyAt: at + begin.length + whole.length,
    };
  const mayGoOn = isShort && begin.length + whole.length === head.length;
  return mayGoOn ? 'partial' : 'malformed';
}
