/** The demo's run. Loaded when the screen is up: judging takes longer to load than drawing. */
import { fileURLToPath } from 'node:url';
import { createJudge } from '../engine/judge.ts';
import type { ScanPlan } from '../engine/scan.ts';
import { paced } from '../sources/paced.ts';
import { openStored } from '../sources/stored.ts';
import { runId } from '../store/archive.ts';
import type { Rules } from './own-rules.ts';

export const FLEET = fileURLToPath(new URL('../../demo/fleet.ndjson', import.meta.url));
/** Few enough that the table can be watched as it grows: about 30 s in all. */
const FORKS = 40;

export async function demoPlan(
  speed: number,
  { catalogue, tool }: Rules,
  stop: AbortSignal,
): Promise<ScanPlan> {
  const startedAt = new Date();
  const { hosts, source } = await openStored([FLEET]);
  return {
    run: {
      id: runId(startedAt),
      source: 'demo',
      startedAt: startedAt.toISOString(),
      threshold: 3,
      tool,
    },
    hosts,
    source: paced(source, speed),
    judge: createJudge(catalogue),
    forks: FORKS,
    stop,
    now: () => new Date().toISOString(),
  };
}
