/** Certificates that were trusted when they were first met, because the user said so by flag. */
export interface FirstUse {
  /** SHA-256 in lower-case hexadecimal of what `host:port` showed before. */
  known(place: string): Promise<string | undefined>;
  /** Keeps what it shows now, and tells the user. */
  trust(place: string, sha256: string): Promise<void>;
}
