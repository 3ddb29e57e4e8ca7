/**
 * Keeps a wrong password from locking its account: hosts are let through to sign in only while that is safe.
 * Knows no hosts but by name, and no protocol.
 */

/** Refusals in a row after which a credential is given up; usual lock-out policies begin at five. */
const REFUSALS = 3;

/** Why a host was not tried; the message says all that its line in the table needs. */
export class CredentialHeldBack extends Error {
  override readonly name = 'CredentialHeldBack';
  readonly credential: string;
  readonly refusedBy: readonly string[];

  constructor(credential: string, refusedBy: readonly string[]) {
    super(
      `credential "${credential}" is held back, so that its account is not locked: ${refusedBy.join(', ')} refused it`,
    );
    this.credential = credential;
    this.refusedBy = refusedBy;
  }
}

interface Waiter {
  readonly admit: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * One gate for one credential. Each admitted host must report exactly once: accepted, refused, or abandoned when it
 * ended without an answer to the password. Until a host has accepted, and from a refusal to the next acceptance,
 * tries in flight and refusals in a row together stay within three: an unproven password is refused three times at most.
 */
export class CredentialGate {
  readonly #credential: string;
  #isProven = false;
  #inFlight = 0;
  #refusedBy: string[] = [];
  #heldBack: CredentialHeldBack | undefined;
  readonly #waiting = new Set<Waiter>();

  constructor(credential: string) {
    this.#credential = credential;
  }

  /** A host has accepted it, and none has refused it since. */
  get isProven(): boolean {
    return this.#isProven && this.#refusedBy.length === 0;
  }

  /** Resolves when a host may try the credential; rejects with `CredentialHeldBack`, or the signal's reason. */
  async admit(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#heldBack !== undefined) throw this.#heldBack;
    if (this.#hasRoom()) {
      this.#inFlight += 1;
      return;
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { admit: resolve, reject };
    const onAbort = (): void => {
      this.#waiting.delete(waiter);
      reject(signal.reason);
    };
    this.#waiting.add(waiter);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  accepted(): void {
    this.#inFlight -= 1;
    this.#isProven = true;
    this.#refusedBy = [];
    this.#letIn();
  }

  refused(host: string): void {
    this.#inFlight -= 1;
    this.#refusedBy.push(host);
    if (this.#refusedBy.length >= REFUSALS) this.#holdBack();
    else this.#letIn();
  }

  abandoned(): void {
    this.#inFlight -= 1;
    this.#letIn();
  }

  #hasRoom(): boolean {
    const refusals = this.#refusedBy.length;
    return this.isProven || this.#inFlight + refusals < REFUSALS;
  }

  #letIn(): void {
    for (const waiter of this.#waiting) {
      if (this.#heldBack !== undefined || !this.#hasRoom()) return;
      this.#waiting.delete(waiter);
      this.#inFlight += 1;
      waiter.admit();
    }
  }

  #holdBack(): void {
    this.#heldBack ??= new CredentialHeldBack(this.#credential, this.#refusedBy.slice(0, REFUSALS));
    for (const waiter of this.#waiting) waiter.reject(this.#heldBack);
    this.#waiting.clear();
  }
}
