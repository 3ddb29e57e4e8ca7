/** Certificates that were trusted when they were first met, because the user said so by flag. */
export interface FirstUse {
  /**
   * The SHA-256 that counts for `host:port`, in lower-case hexadecimal: what it showed before, or else this one, which is
   * kept from now on and told to the user. Of two that come at once the first counts for both.
   */
  recall(place: string, sha256: string): Promise<string>;
}
