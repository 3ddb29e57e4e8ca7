/** A signed-in host that runs scripts, one after the other. */
import type { Chunk, Job, OpenContext, Session, Way } from '../transport.ts';
import { inBackground } from './background.ts';
import type { Conversation } from './conversation.ts';
import type { Envelopes } from './envelope.ts';
import { EndpointStay } from './psrp/endpoint-stay.ts';
import { endpointUri } from './psrp/requests.ts';
import { isCuredByNewShell, ShellStay } from './shell.ts';
import type { Stay } from './stay.ts';
import { overLimit, type Steps } from '../steps.ts';
import { within } from '../within.ts';

/** After so long nobody waits for a shell's end any longer; the host ends it by itself when it idles. */
const FAREWELL_MS = 5000;
/** Ends what a caller who left early kept waiting. */
const LEFT = new Error('nobody listens any longer');

export interface SessionParts {
  readonly way: Way;
  readonly conversation: Conversation;
  readonly envelopes: Envelopes;
  readonly account: string;
  /** Session configuration to run in; absent: the WinRS shell. */
  readonly endpoint?: string;
  readonly steps: Steps;
  readonly onCommand: OpenContext['onCommand'];
  readonly clockSkewSeconds: number | undefined;
}

export class WinrmSession implements Session {
  readonly #parts: SessionParts;
  #farewell: Promise<unknown> = Promise.resolve();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get way(): Way {
    return this.#parts.way;
  }

  get isInterrupted(): boolean {
    return this.#parts.conversation.isInterrupted;
  }

  get clockSkewSeconds(): number | undefined {
    return this.#parts.clockSkewSeconds;
  }

  async *run(job: Job, signal: AbortSignal): AsyncGenerator<Chunk, void, undefined> {
    signal.throwIfAborted();
    const ending = new AbortController();
    const onAbort = (): void => ending.abort(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      yield* this.#runOnce(job, ending);
    } finally {
      signal.removeEventListener('abort', onAbort);
      ending.abort(LEFT);
    }
  }

  /** Once, or once more in a new shell when the first was lost before it said anything. */
  async *#runOnce(job: Job, ending: AbortController): AsyncGenerator<Chunk, void, undefined> {
    for (let isSecondTry = false; ; isSecondTry = true) {
      await this.#farewell; // a shell before this one may still be using the line
      const stay = this.#stay(job, ending.signal);
      let hasSpoken = false;
      try {
        await this.#parts.steps.run('shell', ending.signal, {
          work: () => stay.open(),
          stop: (reason) => ending.abort(reason), // its reply is still waited for, to delete what it opened
        });
        for await (const chunk of this.#listen(stay, ending)) {
          hasSpoken = true;
          yield chunk;
        }
        return;
      } catch (error) {
        if (isSecondTry || hasSpoken || !isCuredByNewShell(error)) throw error;
      } finally {
        this.#farewell = this.#sayFarewell(stay);
      }
    }
  }

  #stay(job: Job, signal: AbortSignal): Stay {
    const { endpoint, envelopes, ...parts } = this.#parts;
    if (endpoint === undefined) return new ShellStay(job, { ...parts, envelopes, signal });
    const requests = envelopes.requestsTo(endpointUri(endpoint));
    return new EndpointStay(job, { ...parts, endpoint, requests, signal });
  }

  /** The collector's time: from the command to the last byte. */
  async *#listen(stay: Stay, ending: AbortController): AsyncGenerator<Chunk, void, undefined> {
    const { steps, conversation } = this.#parts;
    const { collectMs } = steps.limits;
    steps.onStage('collector');
    const end = performance.now() + collectMs;
    const inTime = <T>(work: () => Promise<T>): Promise<T> =>
      within(
        {
          ms: end - performance.now(),
          signal: ending.signal,
          expired: () => overLimit('collector', collectMs),
          stop: (reason) => {
            ending.abort(reason);
            conversation.destroy(); // the line holds a Receive that would take seconds to end
          },
        },
        work,
      );
    await inTime(() => stay.start());
    for (;;) {
      const reply = await inTime(() => stay.receive());
      yield* reply.parts;
      if (!reply.isDone) continue;
      yield { kind: 'exit', code: reply.exitCode };
      return;
    }
  }

  #sayFarewell(stay: Stay): Promise<unknown> {
    const { conversation } = this.#parts;
    const giveUp = new AbortController();
    const farewell = within(
      {
        ms: FAREWELL_MS,
        signal: giveUp.signal,
        expired: () => overLimit('shell', FAREWELL_MS),
        stop: (reason) => {
          giveUp.abort(reason);
          conversation.destroy();
        },
      },
      () => stay.end(giveUp.signal),
    );
    return inBackground(farewell);
  }

  /** Returns at once; shell and connection end in the background. */
  [Symbol.asyncDispose](): Promise<void> {
    const { conversation } = this.#parts;
    void inBackground(this.#farewell.finally(() => conversation.destroy()));
    return Promise.resolve();
  }
}
