/** What a host's try with a credential says of that credential. */
import { ContactError } from '../core/contact.ts';
import type { CredentialGate } from '../credentials/gate.ts';
import type { Way } from '../transports/transport.ts';

/** One host's try with a credential: told to the gate once, whichever way it ends. */
export class Turn {
  readonly #gate: CredentialGate | undefined;
  readonly #host: string;
  #isOpen = false;

  constructor(gate: CredentialGate | undefined, host: string) {
    this.#gate = gate;
    this.#host = host;
  }

  async come(signal: AbortSignal): Promise<void> {
    if (this.#isOpen) return; // a second log-on of the same host, with a password it took before
    await this.#gate?.admit(signal);
    this.#isOpen = true;
  }

  get isInDoubt(): boolean {
    return this.#isOpen && this.#gate?.isProven === false;
  }

  accepted(): void {
    if (this.#isOpen) this.#gate?.accepted();
    this.#isOpen = false;
  }

  ended(error: unknown): void {
    if (this.#isOpen && isRefusal(error)) this.#gate?.refused(this.#host);
    else if (this.#isOpen && isLaterFailure(error)) this.#gate?.accepted();
    else if (this.#isOpen) this.#gate?.abandoned();
    this.#isOpen = false;
  }
}

/** Basic and certificates are looked at by the host with the first request that bears them, which opens the shell. */
export function isShownLater(way: Way | undefined): boolean {
  return way?.auth === 'basic' || way?.auth === 'certificate';
}

/** What fails behind the log-on: the credential was taken. */
function isLaterFailure(error: unknown): boolean {
  return (
    error instanceof ContactError &&
    [error.stage, error.during].some((step) => step === 'shell' || step === 'collector')
  );
}

const REFUSALS: ReadonlySet<string> = new Set([
  '401',
  '0x8009030C',
  '0x80090324',
  'PERMISSION_DENIED',
]);

/** The host looked at the password and said no; asking again could lock the account. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ContactError && error.stage === 'auth' && REFUSALS.has(error.code);
}
