process.once("message", () => {
  for (;;);
});
