public class Told {
  public static void main(String[] arguments) throws InterruptedException {
    for (;;) {
      System.out.println(System.currentTimeMillis() / 1000.0);
      Thread.sleep(20);
    }
  }
}
