const SHOWN = '‹secret›';

/** Every value of this process, line by line; shorter ones stand in half of all words. */
const values = new Set<string>();
const SHORTEST_MASKED = 4;

/** The last defence of texts that others have a hand in, such as a crash report: no value of a `Secret` is left in it. */
export function masked(text: string): string {
  const longestFirst = [...values].toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((left, value) => left.replaceAll(value, SHOWN), text);
}

/** A value that must never be printed. Every usual way of turning it into text gives `‹secret›`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    for (const line of value.split('\n')) {
      if (line.length < SHORTEST_MASKED) continue;
      values.add(line).add(JSON.stringify(line).slice(1, -1));
    }
  }

  /** The value itself. Only transports may call this, at the moment of use. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return SHOWN;
  }

  toJSON(): string {
    return SHOWN;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return SHOWN;
  }
}

/** Who signs in, and with what. `user`: `DOMAIN\\user`, `user@domain`, `.\\user` or `user`. */
export type Logon = PasswordLogon | TicketLogon | KeyLogon | CertificateLogon;

export interface PasswordLogon {
  readonly kind: 'password';
  readonly user: string;
  readonly password: Secret;
}

/** Kerberos with a ticket that is there already, or one got by a keytab; on Windows the current user. */
export interface TicketLogon {
  readonly kind: 'ticket';
  /** `user@REALM`; empty: the principal of the ticket cache. */
  readonly user: string;
  /** Absolute path. */
  readonly keytab?: string;
}

/** An SSH key: of the agent, or from a file. */
export interface KeyLogon {
  readonly kind: 'key';
  readonly user: string;
  readonly key: 'agent' | { readonly path: string; readonly text: Secret };
  readonly passphrase?: Secret;
}

/** A client certificate for WinRM over HTTPS. */
export interface CertificateLogon {
  readonly kind: 'certificate';
  /** For messages; the host maps the certificate to an account of its own. */
  readonly user: string;
  /** PEM. */
  readonly certificate: string;
  readonly key: Secret;
  readonly passphrase?: Secret;
}
