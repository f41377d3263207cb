import { useSession } from "./context.ts";
import { icons } from "./icons.tsx";
import { When } from "./when.tsx";

/** Shown before someone drops a file that would be refused. */
export function PauseNotice() {
  const health = useSession().health.value;
  if (health?.intake !== "paused") return null;
  const { paused_since: since, pause_reason: reason } = health;
  return (
    <p class="notice warn" role="status">
      {icons.alert}
      <span>
        <strong>Intake is paused</strong>
        {since !== undefined && (
          <>
            {" since "}
            <When iso={since} />
          </>
        )}
        {reason === undefined ? "." : `: ${reason}.`} New files and retries are refused until an
        operator resumes it. Accepted jobs continue.
      </span>
    </p>
  );
}
