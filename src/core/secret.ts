/** A value that must never be printed. Every usual way of turning it into text gives `‹secret›`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Only transports may call this, at the moment of use. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '‹secret›';
  }

  toJSON(): string {
    return '‹secret›';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '‹secret›';
  }
}

/** Who signs in: `DOMAIN\user`, `user@domain`, `.\user` or `user`, and the password. */
export interface Logon {
  readonly user: string;
  readonly password: Secret;
}
