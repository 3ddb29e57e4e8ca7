/** `collector.elevated`: the hive of the local service is open to administrators only, and every Windows has it. */
import { answered, CouldNotLook, type Question } from './question.ts';
import { readKey, regQuery } from './registry.ts';

const USERS = 'HKU';
const LOCAL_SERVICE = String.raw`HKU\S-1-5-19`;

export const elevated: Question = {
  section: 'collector.elevated',
  commands: [regQuery(USERS), regQuery(LOCAL_SERVICE)],
  read([users, hive]) {
    const isOpen = answered(hive).exitCode === 0;
    if (!isOpen && !readKey(users, USERS).below.has('s-1-5-19'))
      throw new CouldNotLook('the hive of the local service is not there');
    return { evidence: { collector: { elevated: isOpen } }, errors: [] };
  },
};
