/** The steps of making contact: each is told and limited. */
import { ContactError, type ContactStage } from '../core/contact.ts';
import type { OpenContext } from './transport.ts';
import { within } from './within.ts';

export type Step = Exclude<ContactStage, 'relay' | 'dns' | 'timeout'>;

export class Steps {
  readonly limits: OpenContext['limits'];
  readonly onStage: OpenContext['onStage'];

  constructor({ limits, onStage }: Pick<OpenContext, 'limits' | 'onStage'>) {
    this.limits = limits;
    this.onStage = onStage;
  }

  /** The same limits, told to nobody: for coming back, when the reader has long seen contact being made. */
  quiet(): Steps {
    return new Steps({ limits: this.limits, onStage: () => undefined });
  }

  /** One step; `stop` is told when time or signal ends it. @throws ContactError `timeout`, or the signal's reason. */
  async run<T>(stage: Step, signal: AbortSignal, parts: StepParts<T>): Promise<T> {
    this.onStage(stage);
    const { connectMs, dialMs = connectMs } = this.limits;
    const ms = stage === 'tcp' || stage === 'tls' ? Math.min(dialMs, connectMs) : connectMs;
    return within(
      { ms, signal, expired: () => overLimit(stage, ms), stop: parts.stop },
      parts.work,
    );
  }
}

export interface StepParts<T> {
  readonly work: () => Promise<T>;
  readonly stop: (reason: Error) => void;
}

/** Before TCP is up nobody answered; afterwards somebody did, but not in time. */
export function overLimit(stage: Step, ms: number): ContactError {
  const seconds = Math.round(ms / 100) / 10;
  if (stage === 'tcp') {
    const message = `no answer in ${seconds} s: off, asleep, or a firewall drops it`;
    return new ContactError({ stage: 'tcp', code: 'ETIMEDOUT', message });
  }
  const message = `${WAITS[stage]} within ${seconds} s; the host may be overloaded, or the limit too short for its line`;
  return new ContactError({ stage: 'timeout', code: 'LIMIT', during: stage, message });
}

const WAITS: Readonly<Record<Exclude<Step, 'tcp'>, string>> = {
  tls: 'the TLS handshake did not end',
  http: 'connected, but the host did not answer over HTTP',
  auth: 'the log-on was not answered',
  shell: 'the shell did not open',
  collector: 'the collector did not finish',
};
