import java.net.URI;

/* A Java program that knows nothing of truststores: java Fetch URL */
class Fetch {
	public static void main(String[] args) throws Exception {
		URI.create(args[0]).toURL().openConnection().getInputStream().close();
	}
}
