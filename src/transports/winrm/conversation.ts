/** Talking with one host: a line, and another one when the first is gone and nothing can have been done twice. */
import { ContactError } from '../../core/contact.ts';
import type { Envelope } from './envelope.ts';
import { ConnectionLost } from './http-connection.ts';
import type { Line } from './line.ts';
import { asProblem, signIn, type Entrance } from './reach.ts';
import type { Reply } from './reply.ts';
import type { Steps } from '../steps.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  /** The request does no harm when the host gets it twice. */
  readonly mayRepeat: boolean;
}

export class Conversation {
  readonly #entrance: Entrance;
  readonly #steps: Steps;
  #line: Line;
  #isInterrupted = false;

  /** @param line already signed in; `entrance` and `steps` are for coming back. */
  constructor(line: Line, entrance: Entrance, steps: Steps) {
    this.#line = line;
    // This host has accepted the credential, and comes back at the same door.
    this.#entrance = { ...entrance, doors: [line.peer], admit: () => Promise.resolve() };
    this.#steps = steps.quiet();
  }

  /** A request was sent again whose first reply may have been lost on its way. */
  get isInterrupted(): boolean {
    return this.#isInterrupted;
  }

  destroy(): void {
    this.#line.destroy();
  }

  /**
   * One request and its reply, on a new line when the host has closed the old one. A lost request is sent again, once,
   * when the host did not take it (it no longer knew us), or when it may be repeated and nothing of a reply had come.
   * @throws ContactError, or the signal's reason.
   */
  async call(envelope: Envelope, options: CallOptions): Promise<Reply> {
    options.signal.throwIfAborted();
    try {
      if (!this.#line.isOpen) await this.#comeBack(options.signal);
      return await this.#line.call(envelope);
    } catch (error) {
      if (!(error instanceof ConnectionLost) || !canRepeat(error, options)) throw asProblem(error);
      return this.#again(envelope, options, error);
    }
  }

  async #again(envelope: Envelope, { signal }: CallOptions, lost: ConnectionLost): Promise<Reply> {
    this.#isInterrupted ||= !isUntaken(lost);
    try {
      await this.#comeBack(signal);
      return await this.#line.call(envelope);
    } catch (error) {
      // That the host cannot be reached now says less than that it went away while we talked.
      throw asProblem(error instanceof ContactError && error.stage === 'tcp' ? lost : error);
    }
  }

  async #comeBack(signal: AbortSignal): Promise<void> {
    this.#line.destroy();
    const { line } = await signIn(this.#entrance, this.#steps, signal);
    this.#line = line;
  }
}

function canRepeat(lost: ConnectionLost, { mayRepeat }: CallOptions): boolean {
  return isUntaken(lost) || (mayRepeat && lost.code !== 'CUT_OFF');
}

/** The host no longer knew us, and did nothing. */
function isUntaken({ code }: ConnectionLost): boolean {
  return code === '401' || code === '400';
}
