import { ContactError } from '../../core/contact.ts';

/** A reply that cannot be trusted or read; `what` completes "the host's reply …". */
export function badReply(what: string, options?: ErrorOptions): ContactError {
  return new ContactError(
    {
      stage: 'http',
      code: 'BAD_REPLY',
      message: `the host's reply ${what}; restart the WinRM service there, or look for a proxy in between`,
    },
    options,
  );
}
