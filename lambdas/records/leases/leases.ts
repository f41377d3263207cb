/** Named leases, for work that only one function instance may do at a time. */
export interface Leases {
  /** A holder takes over its own lease; an expired one is anybody's. */
  acquire(name: string, holder: string, leaseMs: number): Promise<"granted" | "busy">;
  /** Gives the lease back if the holder still has it. */
  release(name: string, holder: string): Promise<void>;
}
