/** Time as the functions see it; handed in, so that tests and the simulator can set it. Milliseconds since the epoch. */
export interface Clock {
  now(): number;
}
