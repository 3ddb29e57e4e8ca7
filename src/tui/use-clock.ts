import { useEffect, useState } from 'react';

const TICK_MS = 1000;

/** Redraws once a second while something counts seconds; an idle screen writes nothing. */
export function useClock(isTicking: boolean): void {
  const [, tick] = useState(0);

  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => tick((count) => count + 1), TICK_MS);
    return () => clearInterval(timer);
  }, [isTicking]);
}
