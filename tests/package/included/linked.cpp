// What links to all components.
int main() {}
