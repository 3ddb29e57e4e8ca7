/** A contact failure as a fact, so that its causes are signs in the catalogue like all others. */
import type { ContactFailure } from '../core/contact.ts';
import type { Fact } from './shape.ts';

export const contactShape = {
  stage: 'string',
  /** As contracts/contact.md spells it, upper case. */
  code: 'string',
  during: 'string',
  transport: 'string',
  relay: 'string',
  address: 'string',
  message: 'string',
  seconds: 'double',
} as const;

export function contactFact({ contact }: ContactFailure): Fact<typeof contactShape> {
  return {
    known: true,
    from: '/contact/code',
    fromField: {
      stage: '/contact/stage',
      ...(contact.message !== undefined && { message: '/contact/message' }),
      ...(contact.relay !== undefined && { relay: '/contact/relay' }),
      ...(contact.during !== undefined && { during: '/contact/during' }),
    },
    stage: contact.stage,
    code: /^0x/i.test(contact.code)
      ? `0x${contact.code.slice(2).toUpperCase()}`
      : contact.code.toUpperCase(),
    during: contact.during ?? '',
    transport: contact.transport ?? '',
    relay: contact.relay ?? '',
    address: contact.address ?? '',
    message: contact.message ?? contact.code,
    seconds: (contact.elapsedMs ?? 0) / 1000,
  };
}
